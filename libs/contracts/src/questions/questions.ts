import { hostQuestions } from './host-questions.ts';
import { iotQuestions } from './iot-questions.ts';
import type { Question } from './question.ts';
import { rateQuestions } from './rate-questions.ts';
import { tweetQuestions } from './tweet-questions.ts';
import { videoQuestions } from './video-questions.ts';

/** All questions, by event. */
export const questions: readonly Question[] = [
  ...tweetQuestions,
  ...videoQuestions,
  ...iotQuestions,
  ...hostQuestions,
  ...rateQuestions,
];
