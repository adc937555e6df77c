// The address of a catalogue's words without their keys, which the build makes.
declare module "*.json?said" {
  const address: string;
  export default address;
}
