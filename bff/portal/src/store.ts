/** What stays on this device. A browser that keeps nothing is no reason to fail. */
export function keep(key: string, value: string) {
  try {
    localStorage.setItem(`mzt.${key}`, value);
  } catch {
    // Private windows and full disks keep nothing.
  }
}

export function kept(key: string): string | null {
  try {
    return localStorage.getItem(`mzt.${key}`);
  } catch {
    return null;
  }
}

export function forget(key: string) {
  try {
    localStorage.removeItem(`mzt.${key}`);
  } catch {
    // As above.
  }
}
