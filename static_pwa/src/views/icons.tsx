// The shapes that say a state before its colour does; they are drawn once, in index.html, and used by name.

export function Icon({ name, size = 28 }: { name: string; size?: number }) {
  return (
    <svg width={size} height={size} aria-hidden="true">
      <use href={`#${name}`} />
    </svg>
  );
}
