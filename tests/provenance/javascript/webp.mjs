// Where a WebP keeps its manifest, in the form that c2pa-ts asks of a format it does not know. Checks no manifest.
// Source: Google, "WebP Container Specification" (RIFF); C2PA Technical Specification, "Embedding manifests into RIFF".

const HEAD = 12; // "RIFF", its size, "WEBP"

export class WebP {
  mimeType = "image/webp";

  constructor(data) {
    this.data = data;
    this.place = placeOf(data, "C2PA");
  }

  static canRead(data) {
    return data.length > HEAD && text(data, 0) === "RIFF" && text(data, 8) === "WEBP";
  }

  dumpInfo() {
    return "WebP";
  }

  getDataLength() {
    return this.data.length;
  }

  async getDataRange(start = 0, length = this.data.length - start) {
    return this.data.subarray(start, start + length);
  }

  getManifestJUMBF() {
    if (!this.place) return undefined;
    const { start, length } = this.place;
    return this.data.subarray(start + 8, start + length);
  }

  getHashExclusionRange() {
    return this.place;
  }
}

// A chunk of a kind with its head, without the byte that makes it even; of several the first.
function placeOf(data, kind) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = HEAD; at + 8 <= data.length; ) {
    const length = view.getUint32(at + 4, true);
    if (text(data, at) === kind) return { start: at, length: length + 8 };
    at += 8 + length + (length & 1);
  }
  return undefined;
}

function text(data, at) {
  return String.fromCharCode(...data.subarray(at, at + 4));
}
