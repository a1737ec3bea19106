package org.beammedallion.io.silver;

import static org.beammedallion.io.writing.TableFiles.row;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.TableFiles;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of silver become the first versions that are kept. */
class CopyVersionsTest {

  private static final RecordSchema ROWS =
      RecordSchema.of(
          Field.required("id", FieldType.LONG),
          Field.optional("name", FieldType.STRING),
          Field.required("since", FieldType.TIMESTAMP));

  @TempDir Path folder;

  private TableFiles silver() {
    return TableFiles.in(folder.resolve("silver"), ROWS);
  }

  private TableFiles versions() {
    return TableFiles.in(folder.resolve("versions"), VersionLog.schema(ROWS));
  }

  private String resultUri() {
    return folder.resolve("result.json").toString();
  }

  private StageResult copy(List<DataFile> files) throws IOException {
    return TableFiles.run(
        CopyVersions.of(
            new CopyVersions.Settings(
                ROWS, silver().folder(), files, new VersionLog(versions().target()), resultUri())),
        resultUri());
  }

  @Test
  void copiesEachRowAsAVersionThatIsNotDeleted() throws IOException {
    List<DataFile> files = new ArrayList<>();
    files.addAll(silver().write(row(1L, "a", 10L), row(2L, null, 20L)));
    files.addAll(silver().write(row(1L, "a", 10L)));

    StageResult result = copy(files);

    versions().requireRows(result.versions(), "1 a 10 false", "1 a 10 false", "2 null 20 false");
    assertThat("silver itself stays as it is", result.files(), is(empty()));
    assertThat(result.removed(), is(empty()));
    assertThat(result.published(), is(0L));
  }

  @Test
  void makesNoFileOfATableWithoutFiles() throws IOException {
    assertThat(copy(List.of()).versions(), is(empty()));
  }

  @Test
  void leavesNoResultWhereAFileIsGone() throws IOException {
    List<DataFile> files = silver().write(row(1L, "a", 10L));
    Files.delete(Path.of(files.get(0).uri(silver().folder())));

    assertThrows(PipelineExecutionException.class, () -> copy(files));
    assertThat(Files.exists(Path.of(resultUri())), is(false));
  }
}
