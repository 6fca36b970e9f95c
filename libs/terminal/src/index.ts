export { ago, duration } from './duration.ts';
export { liveDisplay, type LiveDisplay } from './live-display.ts';
export { progress, progressLine, silentProgress, type Progress } from './progress.ts';
export { cutToWidth, tableLines } from './table-lines.ts';
