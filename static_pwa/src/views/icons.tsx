// The shapes that say a state before its colour does: drawn once, used by name.

const SHAPES = (
  <>
    <symbol id="met" viewBox="0 0 28 28">
      <circle cx="14" cy="14" r="13" fill="currentColor" />
      <path
        d="M7.5 14.5l4.4 4.4 8.8-9.4"
        fill="none"
        stroke="#fff"
        stroke-width="3.2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </symbol>
    <symbol id="open" viewBox="0 0 28 28">
      <circle cx="14" cy="14" r="11.5" fill="#fff" stroke="#0b0c0c" stroke-width="3" />
    </symbol>
    <symbol id="waiting" viewBox="0 0 28 28">
      <circle cx="14" cy="14" r="11.5" fill="#fff" stroke="currentColor" stroke-width="3" />
      <path
        d="M14 7.5V14l4.6 2.8"
        fill="none"
        stroke="currentColor"
        stroke-width="3"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </symbol>
    <symbol id="blocked" viewBox="0 0 28 28">
      <path d="M8.5 12V9a5.5 5.5 0 0 1 11 0v3" fill="none" stroke="currentColor" stroke-width="3" />
      <rect x="5" y="12" width="18" height="13" rx="2" fill="currentColor" />
      <path d="M14 16.5v4" stroke="#fff" stroke-width="2.6" stroke-linecap="round" />
    </symbol>
    <symbol id="failed" viewBox="0 0 28 28">
      <path d="M8.6 1h10.8L27 8.6v10.8L19.4 27H8.6L1 19.4V8.6z" fill="currentColor" />
      <path d="M9 9l10 10M19 9L9 19" stroke="#fff" stroke-width="3.2" stroke-linecap="round" />
    </symbol>
    <symbol id="waived" viewBox="0 0 28 28">
      <circle cx="14" cy="14" r="11.5" fill="#fff" stroke="currentColor" stroke-width="3" stroke-dasharray="4 2.6" />
      <path
        d="M9 14h9M14.6 10l4 4-4 4"
        fill="none"
        stroke="currentColor"
        stroke-width="2.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </symbol>
    <symbol id="alert" viewBox="0 0 28 28">
      <path d="M14 2.2L27 25.4H1z" fill="#0b0c0c" stroke="#0b0c0c" stroke-linejoin="round" />
      <path d="M14 10v7" stroke="#ffdd00" stroke-width="3" stroke-linecap="round" />
      <circle cx="14" cy="21.4" r="1.8" fill="#ffdd00" />
    </symbol>
    <symbol id="request" viewBox="0 0 28 28">
      <path d="M3 4h22v15H13l-6 6v-6H3z" fill="none" stroke="currentColor" stroke-width="2.8" stroke-linejoin="round" />
      <path d="M8 9.5h12M8 13.8h8" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" />
    </symbol>
    <symbol id="nosignal" viewBox="0 0 28 28">
      <path d="M5 24v-5M11 24v-9M17 24V10M23 24V4" stroke="currentColor" stroke-width="3.4" stroke-linecap="round" />
      <path d="M3 4l22 20" stroke="#0b0c0c" stroke-width="6" />
      <path d="M3 4l22 20" stroke="#ffdd00" stroke-width="3" stroke-linecap="round" />
    </symbol>
    <symbol id="queue" viewBox="0 0 28 28">
      <path
        d="M14 23V6M7 12.5L14 5.5l7 7"
        fill="none"
        stroke="currentColor"
        stroke-width="3.2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      <path d="M5 26h18" stroke="currentColor" stroke-width="3" stroke-linecap="round" />
    </symbol>
    <symbol id="tick" viewBox="0 0 28 28">
      <path
        d="M4.5 14.8l6.4 6.4L23.5 7.5"
        fill="none"
        stroke="currentColor"
        stroke-width="3.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </symbol>
    <symbol id="call" viewBox="0 0 28 28">
      <path
        d="M7 2.5l4.6 1.2 1 5.6-3 2.4c1.4 3 3.6 5.3 6.7 6.7l2.4-3 5.6 1 1.2 4.6c-.5 2.5-2.6 4.3-5.1 4.3C11.8 25.3 2.7 16.2 2.7 7.6 2.7 5.1 4.5 3 7 2.5z"
        fill="currentColor"
      />
    </symbol>
    <symbol id="camera" viewBox="0 0 28 28">
      <path
        fill-rule="evenodd"
        d="M3 8h5.5l2-3.5h7L19.5 8H25v15.5H3zM14 9.5a5.7 5.7 0 1 0 0 11.4a5.7 5.7 0 1 0 0-11.4zM14 12.2a3 3 0 1 1 0 6a3 3 0 1 1 0-6z"
        fill="currentColor"
      />
    </symbol>
    <symbol id="chev" viewBox="0 0 28 28">
      <path
        d="M10 5l9 9-9 9"
        fill="none"
        stroke="currentColor"
        stroke-width="3.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </symbol>
    <symbol id="left" viewBox="0 0 28 28">
      <path
        d="M18 5l-9 9 9 9"
        fill="none"
        stroke="currentColor"
        stroke-width="3.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </symbol>
    <symbol id="more" viewBox="0 0 28 28">
      <circle cx="5" cy="14" r="3" fill="currentColor" />
      <circle cx="14" cy="14" r="3" fill="currentColor" />
      <circle cx="23" cy="14" r="3" fill="currentColor" />
    </symbol>
    <symbol id="door" viewBox="0 0 28 28">
      <path d="M6 25.5V3h13v22.5" fill="none" stroke="currentColor" stroke-width="2.8" />
      <path d="M3 25.5h22" stroke="currentColor" stroke-width="2.8" stroke-linecap="round" />
      <circle cx="15" cy="14.5" r="1.8" fill="currentColor" />
    </symbol>
    <symbol id="hand" viewBox="0 0 28 28">
      <circle cx="14" cy="14" r="11.5" fill="none" stroke="currentColor" stroke-width="3" />
      <path d="M6 22L22 6" stroke="currentColor" stroke-width="3" />
    </symbol>
    <symbol id="child" viewBox="0 0 28 28">
      <circle cx="14" cy="8" r="4.6" fill="currentColor" />
      <path d="M6 26c0-6.5 3.2-10.5 8-10.5s8 4 8 10.5z" fill="currentColor" />
    </symbol>
    <symbol id="pin" viewBox="0 0 28 28">
      <path
        d="M14 26C9 19.5 5.5 15.5 5.5 11a8.5 8.5 0 0 1 17 0c0 4.5-3.5 8.5-8.5 15z"
        fill="none"
        stroke="currentColor"
        stroke-width="2.8"
      />
      <path d="M11 8l6 6M17 8l-6 6" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" />
    </symbol>
    <symbol id="slot" viewBox="0 0 28 28">
      <rect x="3" y="9" width="22" height="10" rx="1" fill="none" stroke="currentColor" stroke-width="2.8" />
      <path d="M7.5 14h13" stroke="currentColor" stroke-width="2.8" />
      <path d="M4 25L24 3" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" />
    </symbol>
    <symbol id="nocam" viewBox="0 0 28 28">
      <path d="M3 8h5.5l2-3.5h7L19.5 8H25v15.5H3z" fill="none" stroke="currentColor" stroke-width="2.6" />
      <path d="M4 26L24 3" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" />
    </symbol>
    <symbol id="nocall" viewBox="0 0 28 28">
      <path
        d="M7 3.5l4 1 .9 4.9-2.7 2.1c1.4 3 3.5 5.1 6.5 6.5l2.1-2.7 4.9.9 1 4c-.5 2.3-2.3 3.9-4.6 3.9C11.6 24.1 3.9 16.4 3.9 7.9 3.9 5.7 5 4 7 3.5z"
        fill="none"
        stroke="currentColor"
        stroke-width="2.4"
      />
      <path d="M22 3l-8 8M14 3l8 8" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" />
    </symbol>
    <symbol id="leave" viewBox="0 0 28 28">
      <path d="M12 3H4v22h8" fill="none" stroke="currentColor" stroke-width="3.2" stroke-linejoin="round" />
      <path
        d="M10 14h14M18 7.5l6.5 6.5-6.5 6.5"
        fill="none"
        stroke="currentColor"
        stroke-width="3.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </symbol>
  </>
);

/** Put once on the page; every icon refers to it. */
export function Shapes() {
  return (
    <svg class="sprite" aria-hidden="true">
      {SHAPES}
    </svg>
  );
}

export function Icon({ name, size = 28 }: { name: string; size?: number }) {
  return (
    <svg width={size} height={size} aria-hidden="true">
      <use href={`#${name}`} />
    </svg>
  );
}
