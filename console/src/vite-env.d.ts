/// <reference types="vite/client" />
declare module 'maplibre-worker' {
  const url: string;
  export default url;
}
