/** The table of characters alone: the converters with their phrase tables take a hundred times the memory. */
declare module 'opencc-js/dict/TSCharacters' {
  const pairs: string;
  export default pairs;
}
