import type { FileLimit } from "./picking.ts";

const widest = 2560; // pixels: more than any screen of a customer shows
const still = ["image/jpeg", "image/png", "image/webp"];
const searched = 256 * 1024; // bytes of a photo in which its notes stand

/** What goes out of a chosen picture: itself where it is small and tells nothing else, drawn again otherwise. @param must it does not fit as it is. @returns null for what no browser can draw, where it must. */
export async function fitted(file: File, limit: FileLimit, must: boolean): Promise<Blob | null> {
  const may = still.includes(file.type) && (limit.types.length === 0 || limit.types.includes("image/jpeg"));
  if (!must && !may) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return must ? null : file;   // the server looks at it
  try {
    const needed = must || Math.max(picture.width, picture.height) > widest || carriesNotes(new Uint8Array(await file.slice(0, searched).arrayBuffer()));
    return needed ? await drawn(picture, limit.bytes) : file;
  } finally {
    picture.close();   // tens of megabytes each
  }
}

/** A JPEG with the camera's notes: among them, often, where it was taken. */
export function carriesNotes(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false;
  for (let at = 2; at + 10 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    if (marker === 0xda) return false;   // the picture itself begins
    if (marker === 0xe1 && String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === "Exif") return true;
    at += marker === 0xff ? 1 : 2 + (bytes[at + 2]! << 8 | bytes[at + 3]!);
  }
  return false;
}

/** As a JPEG that fits. */
async function drawn(picture: ImageBitmap, bytes: number): Promise<Blob | null> {
  for (let scale = Math.min(1, widest / Math.max(picture.width, picture.height)), quality = 0.88; scale > 0.05; scale *= 0.75, quality = 0.8) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d")!;
    pen.imageSmoothingQuality = "high";
    pen.fillStyle = "#fff";   // JPEG has no clear ground
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (made && made.size <= bytes) return made;
  }
  return null;
}
