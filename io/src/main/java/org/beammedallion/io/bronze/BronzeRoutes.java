package org.beammedallion.io.bronze;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.decode.json.MessagePath;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RoutePiece;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the messages of each route are in the bronze files of a cycle, so that a pipeline that
 * wants those of one table does not read those of a hundred. It only saves work: where it is
 * missing, whole files are read.
 *
 * @param cycle its number
 * @param by what tells the route of a message
 * @param files those that have messages
 */
public record BronzeRoutes(long cycle, MessagePath by, List<RoutedFile> files) {

  private static final Logger LOG = LoggerFactory.getLogger(BronzeRoutes.class);
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * The pieces of one file.
   *
   * @param shard number of the shard in the cycle's plan
   * @param bytes size of the file that is meant
   * @param pieces in the order of the file, which they fill from the end of its header
   */
  public record RoutedFile(int shard, long bytes, List<RoutePiece> pieces) {
    public RoutedFile {
      pieces = List.copyOf(pieces);
    }
  }

  public BronzeRoutes {
    files = List.copyOf(files);
  }

  /** Of what a cycle has landed. */
  public static BronzeRoutes of(long cycle, MessagePath by, List<Landed> landed) {
    return new BronzeRoutes(
        cycle,
        by,
        landed.stream()
            .filter(shard -> !shard.routes().isEmpty())
            .map(shard -> new RoutedFile(shard.shard(), shard.bronzeBytes(), shard.routes()))
            .toList());
  }

  private static String uri(String folder, long cycle) {
    return String.format("%s/routes/%010d.json", folder, cycle);
  }

  /**
   * Those of a cycle, or empty where its files are not routed.
   *
   * @param folder of the pipeline's bronze layer
   */
  public static Optional<BronzeRoutes> find(String folder, long cycle) throws IOException {
    String uri = uri(folder, cycle);
    try (InputStream in = Storage.of(uri).open(uri)) {
      return Optional.of(JSON.readValue(in, BronzeRoutes.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      LOG.warn(
          "{} is damaged: pipelines with 'landedBy' read all messages of the cycle. Delete it to end this warning.",
          uri,
          e);
      return Optional.empty();
    }
  }

  /** Writes them; a repeated attempt at the cycle has the same. */
  public void put(String folder) throws IOException {
    String uri = uri(folder, cycle);
    try (AtomicOutput out = Storage.of(uri).create(uri)) {
      write(out);
    }
  }

  private void write(OutputStream out) throws IOException {
    out.write(JSON.writeValueAsBytes(this));
  }
}
