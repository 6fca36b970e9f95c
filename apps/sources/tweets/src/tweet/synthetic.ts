/** What x-simulator gives as the program that a post was made with. */
const simulator = 'x-simulator';

/** Whether a post was made up, by the program it says it was posted with. */
export const isSynthetic = (source: string | null): boolean => source?.startsWith(simulator) === true;
