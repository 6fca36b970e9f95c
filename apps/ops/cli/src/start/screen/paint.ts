export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Styles a text; in a pipe, leaves it as it is. */
export type Paint = (style: Style, text: string) => string;
