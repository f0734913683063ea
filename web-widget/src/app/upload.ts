import type { HttpReply, Upload } from '../chat/index.ts';

/** By `XMLHttpRequest`, the only one that tells how far an upload is. */
export function browserUpload(upload: Upload): Promise<HttpReply> {
  const { url, bearer, name, file, progress, onStart } = upload;
  const request = new XMLHttpRequest();
  return new Promise((done) => {
    request.open('POST', url);
    request.responseType = 'json';
    request.setRequestHeader('authorization', `Bearer ${bearer}`);
    request.setRequestHeader('x-file-name', encodeURIComponent(name));
    request.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) progress(loaded / total);
    });
    request.addEventListener('loadend', () =>
      done({ status: request.status, body: request.response as unknown }),
    );
    onStart(() => request.abort());
    request.send(file);
  });
}
