// Which panel draws which kind of picture: each kind's script enters its own.

export const PANELS = {};
