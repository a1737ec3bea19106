package org.beammedallion.io.bronze;

import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;

/**
 * Where bronze keeps what one cycle lands.
 *
 * <p>Of a source that can be read twice alike, a file's name follows from cycle and shard, so that
 * every attempt writes the same file. Otherwise each attempt at a shard has a name of its own, and
 * the cycle's {@link BronzeManifest} names the files that count.
 *
 * @param folder of the pipeline's bronze layer
 * @param number of the cycle
 * @param time the cycle's time, which tells the partition {@code ingest_date}
 */
public record BronzeCycle(String folder, long number, Instant time) implements Serializable {

  private static final Pattern NAME =
      Pattern.compile("cycle-(\\d{10})-shard-(\\d+)(-[0-9a-f-]{36})?\\.(?:avro|parquet)");

  /** The file of a shard of a source that can be read twice alike. */
  public String file(int shard, String extension) {
    return String.format("%s%s.%s", prefix(), shard(shard), extension);
  }

  /** A new file of a shard, for one attempt at it. */
  public String fileOfAttempt(int shard, String extension) {
    return String.format("%s%s-%s.%s", prefix(), shard(shard), UUID.randomUUID(), extension);
  }

  private static String shard(int shard) {
    return String.format("shard-%05d", shard);
  }

  private String prefix() {
    return String.format("%s/cycle-%010d-", date(), number);
  }

  private String date() {
    return folder + "/ingest_date=" + LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  /** The cycle that a file of bronze is of, or -1 where its name is of another kind. */
  public static long of(StoredFile file) {
    Matcher name = NAME.matcher(file.name());
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  /** The shard that a file of bronze is of, or -1 where its name is of another kind. */
  public static int shardOf(StoredFile file) {
    Matcher name = NAME.matcher(file.name());
    return name.matches() ? Integer.parseInt(name.group(2)) : -1;
  }

  /** Whether it is the file of one attempt, which counts only where the manifest names it. */
  public static boolean isOfAttempt(StoredFile file) {
    Matcher name = NAME.matcher(file.name());
    return name.matches() && name.group(3) != null;
  }

  /** All files of this cycle, also those of attempts that do not count. */
  public List<StoredFile> files() throws IOException {
    return Storage.of(folder).listDirect(date(), prefix()).stream()
        .filter(file -> of(file) == number)
        .toList();
  }

  /** The files of attempts at this cycle. */
  List<StoredFile> filesOfAttempts() throws IOException {
    return files().stream().filter(BronzeCycle::isOfAttempt).toList();
  }
}
