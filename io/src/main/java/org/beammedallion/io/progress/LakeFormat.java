package org.beammedallion.io.progress;

import java.io.IOException;
import java.util.List;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;

/**
 * The number of the layout that a pipeline's own folder in the lake has, in {@code format.json}.
 * Without the file it is 1. It is checked before anything else is read, so that an older version of
 * the program refuses a lake that a newer one has changed.
 *
 * <p>Format 2 moves completed cycles from {@code plans}, {@code attempts}, {@code staged} and
 * {@code ledgers} into {@code history} and {@code names}. Versions of before format 2 look for no
 * number; files that they read first stop them.
 *
 * <p>Format 3 has plans of cycles that take files again, and of cycles that know files under
 * another name. Versions of before would read such files without taking away the rows that came
 * from them before.
 *
 * <p>Format 4 has plans of ranges of topics, which versions of before cannot read. Format 5 has
 * plans of such ranges that another pipeline has landed.
 */
public final class LakeFormat {

  /** The newest that this version of the program knows. */
  public static final int NEWEST = 5;

  static final String STOP =
      "This lake has format 2, which this medallion.jar does not know. Use the newer jar that has written it.";

  private static final String FILE = "/format.json";

  private LakeFormat() {}

  private record Content(int format, String note) {}

  /**
   * Checks that this version of the program may use a pipeline's folder.
   *
   * @param root the pipeline's own folder in the lake
   * @throws NewerFormatException where it has a higher number than {@link #NEWEST}
   * @throws DamagedLogException where the number cannot be read
   */
  public static void require(String root) throws IOException {
    Storage storage = Storage.of(root);
    require(new LogFiles(storage.canonical(root), storage));
  }

  static void require(LogFiles files) throws IOException {
    int format = of(files);
    if (format > NEWEST) {
      throw new NewerFormatException(
          "The lake has format "
              + format
              + " ('"
              + files.root()
              + FILE
              + "'), and this medallion.jar knows formats up to "
              + NEWEST
              + ": a newer version has written to it. Nothing was changed. Use that version, or a later one.");
    }
  }

  static int of(LogFiles files) throws IOException {
    String uri = files.root() + FILE;
    if (files.storage().stat(uri).isEmpty()) {
      return 1;
    }
    Content content =
        files.read(
            uri,
            "Restore it from a backup of the lake. Without one, write {\"format\": 2} to it if there is a folder"
                + " 'history' beside it, and delete it otherwise.",
            LogFiles.JSON,
            Content.class);
    if (content.format() < 1) {
      throw new DamagedLogException(
          uri,
          "holds the format " + content.format() + ", and there is none below 1",
          "Restore it from a backup of the lake, or write {\"format\": 2}.",
          null);
    }
    return content.format();
  }

  /**
   * Makes it format 2. What stops earlier versions is there before the number, and both before
   * anything is moved.
   *
   * @return whether it is; not where a rollback is at work, which has its file in the place of a
   *     stopper
   */
  static boolean raise(LogFiles files) throws IOException {
    if (of(files) >= 2) {
      return true;
    }
    if (PendingRollback.isUnderOldName(files)) {
      return false;
    }
    stopEarlierVersions(files);
    files
        .storage()
        .putIfAbsent(
            files.root() + FILE,
            LogFiles.bytes(
                new Content(
                    2, "Completed cycles are in 'history'. A newer medallion.jar is needed.")));
    return true;
  }

  /**
   * Makes it at least the format that a plan needs.
   *
   * @throws IllegalStateException where a rollback is at work
   */
  static void raiseFor(CyclePlan plan, LogFiles files) throws IOException {
    if (plan.shards().stream().anyMatch(LandedShard.class::isInstance)) {
      raise(files, 5, "Cycles read what another pipeline has landed.");
    } else if (plan.shards().stream().anyMatch(KafkaShard.class::isInstance)) {
      raise(files, 4, "Cycles read topics.");
    } else if (!plan.takenAgain().isEmpty() || !plan.sameFiles().isEmpty()) {
      raise(files, 3, "Cycles take files again.");
    }
  }

  private static void raise(LogFiles files, int format, String why) throws IOException {
    if (of(files) >= format) {
      return;
    } else if (!raise(files)) {
      throw new IllegalStateException("A rollback is at work in " + files.root() + ".");
    }
    try (AtomicOutput out = files.storage().create(files.root() + FILE)) {
      out.write(LogFiles.bytes(new Content(format, why + " A newer medallion.jar is needed.")));
    }
  }

  static void stopEarlierVersions(LogFiles files) throws IOException {
    byte[] stop = LogFiles.bytes(STOP);
    for (String file : stoppers(files)) {
      files.storage().putIfAbsent(file, stop);
    }
  }

  /**
   * What versions of before format 2 read first: a plan of the greatest number, a pending rollback,
   * a list of the files that were read. Each holds a text where they expect an object, so that they
   * stop with that text before they change anything.
   */
  static List<String> stoppers(LogFiles files) {
    return List.of(
        files.root() + PendingRollback.FILE_OF_FORMAT_1,
        files.file(LogFiles.Kind.TAKEN, LogFiles.NO_CYCLE),
        files.file(LogFiles.Kind.PLAN, LogFiles.NO_CYCLE));
  }
}
