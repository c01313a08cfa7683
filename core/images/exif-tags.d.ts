// Types of exif-reader's table of tag names, which the package ships without any.
declare module 'exif-reader/tags.js' {
  const tags: Record<'Image' | 'Photo' | 'GPSInfo', Record<number, string>>
  export default tags
}
