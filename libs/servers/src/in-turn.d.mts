export function inTurn<Result>(subject: string, work: () => Promise<Result>, waiting?: () => void): Promise<Result>;
