export const LANGUAGES = ['en', 'es', 'pt', 'it', 'de', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];
export const NAMES: Record<Language, string> = { en: 'English', es: 'Español', pt: 'Português', it: 'Italiano', de: 'Deutsch', fr: 'Français' };
