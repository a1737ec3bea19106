package org.beammedallion.io.quarantine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.storage.StoredFile;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.ledger.RejectExample;
import org.jspecify.annotations.Nullable;

/**
 * Writes the dead letters of a cycle as {@code reason=R/date=D/cycle-C-part-P.jsonl}. Name and
 * content follow from the cycle's plan, so a repeated attempt writes the same files over
 * themselves.
 *
 * @param folder the pipeline's quarantine
 * @param time the cycle's time
 */
public record QuarantineFiles(String folder, long cycle, Instant time) implements Serializable {

  private static final JsonFactory JSON = new JsonFactory();
  private static final JsonMapper LINES = new JsonMapper();

  private static final Pattern NAME = Pattern.compile("cycle-(\\d{10})-part-\\d+\\.jsonl");

  /**
   * A file of dead letters.
   *
   * @param letters how many it holds
   * @param first of its letters by source and position; null where an earlier version of the
   *     program wrote it
   */
  public record QuarantineFile(
      String uri, Reason reason, long letters, long bytes, @Nullable RejectExample first)
      implements Serializable {}

  /**
   * Writes one part.
   *
   * @param part number of the part in the cycle
   * @param letters in any order; they are written in the order of their provenance
   */
  public List<QuarantineFile> write(int part, List<DeadLetter> letters) throws IOException {
    Map<Reason, List<DeadLetter>> byReason = new EnumMap<>(Reason.class);
    for (DeadLetter letter : letters) {
      byReason.computeIfAbsent(letter.reason(), reason -> new ArrayList<>()).add(letter);
    }
    List<QuarantineFile> files = new ArrayList<>();
    for (Map.Entry<Reason, List<DeadLetter>> entry : byReason.entrySet()) {
      List<DeadLetter> sorted = new ArrayList<>(entry.getValue());
      sorted.sort(
          Comparator.comparing((DeadLetter letter) -> letter.provenance().source())
              .thenComparingInt(letter -> letter.provenance().shard())
              .thenComparingLong(letter -> letter.provenance().position()));
      files.add(writeFile(part, entry.getKey(), sorted));
    }
    return files;
  }

  private QuarantineFile writeFile(int part, Reason reason, List<DeadLetter> letters)
      throws IOException {
    String uri = String.format("%s/%s%05d.jsonl", folder(reason), namePrefix(), part);
    AtomicOutput out = Storage.of(uri).create(uri);
    boolean written = false;
    try {
      try (JsonGenerator json = JSON.createGenerator(out)) {
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.setRootValueSeparator(null);
        for (DeadLetter letter : letters) {
          write(json, letter);
          json.writeRaw('\n');
        }
      }
      written = true;
    } finally {
      if (!written) {
        out.abort();
      }
      out.close();
    }
    RejectExample first =
        letters.stream().map(RejectExample::of).reduce(RejectExample::first).orElse(null);
    return new QuarantineFile(uri, reason, letters.size(), out.position(), first);
  }

  private void write(JsonGenerator json, DeadLetter letter) throws IOException {
    json.writeStartObject();
    json.writeStringField("reason", letter.reason().name());
    json.writeStringField("detail", letter.detail());
    json.writeStringField("rule", letter.rule());
    String text = utf8(letter.payload());
    if (text != null) {
      json.writeStringField("payload", text);
    } else {
      json.writeFieldName("payload_base64");
      json.writeBinary(letter.payload());
    }
    json.writeNumberField("payload_bytes", letter.payloadLength());
    json.writeStringField("source", letter.provenance().source());
    json.writeNumberField("shard", letter.provenance().shard());
    json.writeNumberField("position", letter.provenance().position());
    json.writeNumberField("cycle", cycle);
    json.writeStringField("time", time.toString());
    json.writeEndObject();
  }

  private String folder(Object reason) {
    return folder + "/reason=" + reason + "/date=" + LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  /** The files of the cycle, as a pattern with stars. */
  public String pattern() {
    return folder("*") + "/" + namePrefix() + "*.jsonl";
  }

  private static @Nullable String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private String namePrefix() {
    return String.format("cycle-%010d-part-", cycle);
  }

  /**
   * Removes dead letters that earlier cycles wrote of files which this cycle has read again. May be
   * repeated.
   *
   * @param sources URIs of the files
   */
  public void supersede(Set<String> sources) throws IOException {
    if (sources.isEmpty()) {
      return;
    }
    Storage storage = Storage.of(folder);
    List<StoredFile> files;
    try (Stream<StoredFile> all = storage.listSorted(folder, "")) {
      files =
          all.filter(file -> file.name().endsWith(".jsonl"))
              .filter(file -> !file.name().startsWith(namePrefix()))
              .toList();
    }
    for (StoredFile file : files) {
      supersede(storage, file.uri(), sources);
    }
  }

  private static void supersede(Storage storage, String uri, Set<String> sources)
      throws IOException {
    List<String> kept = new ArrayList<>();
    boolean changed = false;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(storage.open(uri), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (sources.contains(LINES.readTree(line).path("source").asText())) {
          changed = true;
        } else {
          kept.add(line);
        }
      }
    }
    if (kept.isEmpty()) {
      storage.delete(uri);
    } else if (changed) {
      try (AtomicOutput out = storage.create(uri)) {
        out.write((String.join("\n", kept) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** The cycle that a file of a quarantine is of, or -1 where its name is of another kind. */
  public static long cycleOf(StoredFile file) {
    Matcher name = NAME.matcher(file.name());
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  /** The files of the cycle. */
  public List<StoredFile> list() throws IOException {
    List<StoredFile> files = new ArrayList<>();
    for (Reason reason : Reason.values()) {
      for (StoredFile file : Storage.of(folder).listDirect(folder(reason))) {
        if (cycleOf(file) == cycle) {
          files.add(file);
        }
      }
    }
    return files;
  }

  /** Removes what an earlier attempt left, which may have worked with another contract. */
  public void deleteAll() throws IOException {
    for (StoredFile file : list()) {
      Storage.of(folder).delete(file.uri());
    }
  }
}
