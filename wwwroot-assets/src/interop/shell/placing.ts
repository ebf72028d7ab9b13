export interface Box { left: number; top: number; width: number; height: number }

const gap = 4;
const edge = 8;

/** Where a menu of this size stands: below its button and ending where the button ends, or above where there is no room; inside the window. */
export function placed(button: Box, size: { width: number; height: number }, room: { width: number; height: number }, rtl: boolean): { left: number; top: number } {
  const below = button.top + button.height + gap;
  const above = button.top - gap - size.height;
  const left = rtl ? button.left : button.left + button.width - size.width;
  return {
    left: Math.max(edge, Math.min(left, room.width - size.width - edge)),
    top: below + size.height + edge <= room.height || above < edge ? Math.max(edge, Math.min(below, room.height - size.height - edge)) : above,
  };
}
