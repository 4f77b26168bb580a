/** The spec files in the order in which Jest takes them. */
export function inOrder<Test extends { readonly path: string }>(tests: readonly Test[]): Test[];
