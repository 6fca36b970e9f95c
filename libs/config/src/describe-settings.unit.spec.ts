import { expect, it } from 'vitest';
import { describeSettings } from './describe-settings.ts';
import * as settings from './settings.ts';

it('describes settings in the order of their declaration, with defaults as one writes them in the environment', () => {
  const described = describeSettings({
    SHIP_NAME: settings.text({ description: 'The name', example: 'Argo' }),
    SHIP_PORTS: settings.addresses({ description: 'Where it calls', default: 'a:1,b:2' }),
    SHIP_DECKS: settings.integer({ description: 'The decks', default: '3', max: 9 }),
    SHIP_PASSWORD: settings.optional(settings.text({ description: 'The word', secret: true })),
    SHIP_PIN: settings.integer({ description: 'The pin', secret: true, example: '1234' }),
  });
  expect(described).toEqual([
    setting({ name: 'SHIP_NAME', description: 'The name', example: 'Argo', required: true }),
    setting({ name: 'SHIP_PORTS', description: 'Where it calls', default: 'a:1,b:2' }),
    setting({ name: 'SHIP_DECKS', description: 'The decks', default: '3' }),
    setting({ name: 'SHIP_PASSWORD', description: 'The word', secret: true }),
    setting({ name: 'SHIP_PIN', description: 'The pin', secret: true, example: '1234', required: true }),
  ]);
});

const setting = (known: object) => ({
  default: undefined,
  example: undefined,
  required: false,
  secret: false,
  ...known,
});
