import config from './playwright.config';

// Pictures of each view for docs/screens: `npm run screens`.
export default { ...config, testMatch: '*.screens.ts', reporter: 'list' };
