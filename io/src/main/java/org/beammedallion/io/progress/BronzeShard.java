package org.beammedallion.io.progress;

/**
 * What an earlier cycle kept in one file of bronze.
 *
 * @param number from 0, unique in its cycle
 * @param bronze URI of the file in bronze
 * @param ofCycle the cycle that kept it
 * @param bytes size of the file
 */
public record BronzeShard(int number, String bronze, long ofCycle, long bytes) implements Shard {

  @Override
  public String uri() {
    return bronze;
  }

  @Override
  public long storedBytes() {
    return bytes;
  }
}
