/** The release of the suite, as package.json has it. */
export const release = '0.1.0';
