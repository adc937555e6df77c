// One look at where the phone is, on arrival only; or the reason that there is none.

export type Place =
  | { readonly lat_e7: number; readonly lon_e7: number; readonly accuracy_m: number }
  | { readonly place_missing: "refused" | "unavailable" | "off" };

const PATIENCE_MS = 5000;

export function lookWhere(): Promise<Place> {
  const { geolocation } = navigator;
  if (!geolocation) return Promise.resolve({ place_missing: "off" });
  return new Promise((resolve) => {
    // The browser's own timeout does not run while it asks for permission; nobody waits at a door for that.
    setTimeout(() => resolve({ place_missing: "unavailable" }), PATIENCE_MS);
    geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          lat_e7: Math.round(coords.latitude * 1e7),
          lon_e7: Math.round(coords.longitude * 1e7),
          accuracy_m: Math.max(0, Math.round(coords.accuracy)),
        }),
      (fault) => resolve({ place_missing: fault.code === fault.PERMISSION_DENIED ? "refused" : "unavailable" }),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 30_000 },
    );
  });
}
