package org.beammedallion.io.storage.object;

/** Some bytes of an object, with what the store says of all of it. */
public final class ObjectPart {

  /** Of an object without bytes. */
  public static final ObjectPart EMPTY = new ObjectPart("", 0, new byte[0]);

  private final String version;
  private final long length;
  private final byte[] bytes;

  /**
   * @param version its ETag
   * @param length of all of it, in bytes
   * @param bytes not copied
   */
  public ObjectPart(String version, long length, byte[] bytes) {
    this.version = version;
    this.length = length;
    this.bytes = bytes;
  }

  public String version() {
    return version;
  }

  public long length() {
    return length;
  }

  public byte[] bytes() {
    return bytes;
  }
}
