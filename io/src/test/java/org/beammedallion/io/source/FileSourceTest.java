package org.beammedallion.io.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.beammedallion.io.progress.Shard;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.FileCheck;

class FileSourceTest extends SourceContract {

  private int files;

  @Override
  protected Source open(Path place) throws IOException {
    Path data = Files.createDirectories(place.resolve("data"));
    return new FileSource(
        data.resolve("*.jsonl").toString(),
        new ShardFormat(ShardFormat.Kind.LINES, null, CsvFormat.RFC_4180, 1 << 20, FileCheck.NONE));
  }

  @Override
  protected List<String> add(Path place, int count) throws IOException {
    int file = files++;
    List<String> records =
        IntStream.range(0, count).mapToObj(i -> "{\"r\":\"" + file + "-" + i + "\"}").toList();
    Files.write(place.resolve("data/" + file + ".jsonl"), records);
    return records;
  }

  @Override
  protected void remove(Shard shard) throws IOException {
    Files.delete(Path.of(shard.uri()));
  }

  @Override
  protected boolean removePlace(Path place) throws IOException {
    Files.delete(place.resolve("data"));
    return true;
  }
}
