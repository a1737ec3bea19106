package org.beammedallion.io.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;

/** Names, contents and repairs of the files in a pipeline's own folder of the lake. */
record LogFiles(String root, Storage storage) {

  /**
   * Greater than the number of any cycle; files of that number stop versions of before format 2.
   */
  static final long NO_CYCLE = 9_999_999_999L;

  /** Of what is in memory only. */
  static final LogFiles NOWHERE = new LogFiles("", Storage.of("/"));

  static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Without line breaks, for what is read in every cycle or holds many objects. */
  static final JsonMapper COMPACT =
      JSON.rebuild().disable(SerializationFeature.INDENT_OUTPUT).build();

  private static final Pattern OF_CYCLE = Pattern.compile("\\d{10}[.-].*");

  /** The kinds of file, each a folder, and how each is repaired. */
  enum Kind {
    PLAN(
        "plans",
        "Restore it from a backup of the lake. Without one: if neither 'staged' nor 'ledgers' has a file of this cycle,"
            + " no table was changed by it yet, and the plan can be deleted; the next run makes a new one."),
    ATTEMPT(
        "attempts",
        "Make sure that no driver of this pipeline is running, then delete the file; the next run claims the cycle"
            + " again."),
    STAGED(
        "staged",
        "Make sure that no driver of this pipeline is running, then delete the file; the next run computes it again"
            + " from the same files, and what a table has of the cycle already is not committed twice."),
    COMPLETED(
        "ledgers",
        "Restore it from a backup of the lake. Without one: if it is the ledger of the newest cycle, delete it, and"
            + " the next run writes it again from what is in 'staged', without changing a table; an older one can be"
            + " replaced by {}: its figures are lost, and the files of its plan count as read."),
    TAKEN(
        "taken",
        "Delete it: the list is made again from 'plans' and 'ledgers', which a lake of format 1 has from the first"
            + " cycle on."),
    NAMES(
        "names",
        "Restore it from a backup of the lake, or delete the folder 'names' as a whole: the next run makes it again"
            + " from the history."),
    HISTORY(
        "history",
        "Restore it from a backup of the lake. Without one, delete it if it is still there: only the ledgers of its"
            + " cycles are lost, and cycles go on, as long as the folder 'names' is whole.");

    private final String folder;
    private final String repair;

    Kind(String folder, String repair) {
      this.folder = folder;
      this.repair = repair;
    }

    String repair() {
      return repair;
    }
  }

  String folder(Kind kind) {
    return root + "/" + kind.folder;
  }

  String file(Kind kind, String name) {
    return folder(kind) + "/" + name;
  }

  String file(Kind kind, long cycle) {
    return file(kind, String.format(Locale.ROOT, "%010d.json", cycle));
  }

  /** Files of single cycles, ordered by name. */
  List<StoredFile> ofCycles(Kind kind) throws IOException {
    return storage.listDirect(folder(kind)).stream()
        .filter(file -> OF_CYCLE.matcher(file.name()).matches())
        .filter(file -> cycleOf(file) != NO_CYCLE)
        .toList();
  }

  static long cycleOf(StoredFile file) {
    return Long.parseLong(file.name().substring(0, 10));
  }

  static byte[] bytes(Object value) throws JsonProcessingException {
    return JSON.writeValueAsBytes(value);
  }

  <T> T read(Kind kind, String uri, Class<T> type) throws IOException {
    return read(uri, kind.repair, JSON, type);
  }

  /**
   * Reads a file that must be there.
   *
   * @param repair what to do where it is damaged
   * @throws DamagedLogException where it is missing, empty, cut off or of another content
   */
  <T> T read(String uri, String repair, JsonMapper mapper, Class<T> type) throws IOException {
    byte[] content;
    try (InputStream in = storage.open(uri)) {
      content = in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new DamagedLogException(uri, "is missing", repair, e);
    }
    if (content.length == 0) {
      throw new DamagedLogException(uri, "is empty", repair, null);
    }
    T value;
    try {
      value = mapper.readValue(content, type);
    } catch (JsonEOFException e) {
      throw new DamagedLogException(
          uri, "is cut off after " + content.length + " bytes", repair, e);
    } catch (JsonProcessingException e) {
      throw new DamagedLogException(
          uri, "is not what this program writes there: " + e.getOriginalMessage(), repair, e);
    }
    if (value == null) {
      throw new DamagedLogException(uri, "holds nothing", repair, null);
    }
    return value;
  }
}
