package org.beammedallion.io.publish;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.storage.StoredFile;

/**
 * Stable names of a lake. A name is a folder; each change of what it stands for is one small file
 * in it, {@code N.json} of one line, put there only if there is none of that number. So a switch is
 * atomic, the last one counts, and what was before can be looked up.
 *
 * @param folder of all names
 */
public record PublishedNames(String folder) {

  /** What a stable name may look like. */
  public static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final int MAX_ROUNDS = 20;

  /** What a name stands for, or empty where it is not published. */
  public Optional<Publication> find(String name) throws IOException {
    List<StoredFile> files = versions(name);
    return files.isEmpty() ? Optional.empty() : Optional.of(read(files.get(files.size() - 1)));
  }

  private List<StoredFile> versions(String name) throws IOException {
    return Storage.of(folder).listDirect(folder + "/" + name).stream()
        .filter(file -> file.name().matches("\\d{10}\\.json"))
        .toList();
  }

  private Publication read(StoredFile file) throws IOException {
    try (InputStream in = Storage.of(folder).open(file.uri())) {
      return JSON.readValue(in, Publication.class);
    }
  }

  /**
   * Lets a name stand for a table. Of several that do so at once the last one counts.
   *
   * @param wanted its version is not looked at
   * @return as it was published; the one that is there where it says the same
   */
  public Publication publish(Publication wanted) throws IOException {
    if (!NAME.matcher(wanted.name()).matches()) {
      throw new IllegalArgumentException(
          "'"
              + wanted.name()
              + "' cannot be a stable name: use letters, digits and '_', no digit first, at most 100 characters.");
    }
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      Optional<Publication> current = find(wanted.name());
      if (current.isPresent() && current.get().standsForTheSame(wanted)) {
        return current.get();
      }
      Publication next = wanted.withVersion(current.map(Publication::version).orElse(0L) + 1);
      String uri = String.format("%s/%s/%010d.json", folder, next.name(), next.version());
      if (Storage.of(folder).putIfAbsent(uri, JSON.writeValueAsBytes(next))) {
        return next;
      }
    }
    throw new StorageException(
        "Others publish '"
            + wanted.name()
            + "' at the same time. Nothing was changed; run it again.",
        null);
  }
}
