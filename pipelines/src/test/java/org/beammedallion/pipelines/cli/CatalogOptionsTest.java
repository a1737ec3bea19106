package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.beammedallion.io.table.CatalogSettings;
import org.beammedallion.io.table.CatalogSettings.Kind;
import org.junit.jupiter.api.Test;

class CatalogOptionsTest {

  private static PipelineOptions parse(String... arguments) {
    return BeamArguments.parse(List.of(arguments), List.of());
  }

  @Test
  void takesTheTablesFoldersUnlessToldOtherwise() {
    assertThat(CatalogOptions.read(parse()), is(CatalogSettings.FOLDERS));
  }

  @Test
  void takesWhatIsSaid() {
    PipelineOptions options =
        parse(
            "--catalog=jdbc",
            "--catalogName=lake",
            "--catalogUri=jdbc:postgresql://host/db",
            "--catalogWarehouse=/lake",
            "--catalogProperties={\"jdbc.user\":\"me\",\"jdbc.password\":\"hunter2\"}");
    assertThat(
        CatalogOptions.read(options),
        is(
            new CatalogSettings(
                Kind.JDBC,
                "lake",
                "jdbc:postgresql://host/db",
                "/lake",
                Map.of("jdbc.user", "me", "jdbc.password", "hunter2"))));
  }

  @Test
  void sendsNoPasswordToWorkers() throws Exception {
    PipelineOptions options =
        parse(
            "--catalog=rest",
            "--catalogUri=https://host/?token=hunter1",
            "--catalogProperties={\"token\":\"hunter2\"}");
    assertThat(new ObjectMapper().writeValueAsString(options), not(containsString("hunter")));
    assertThat(CatalogOptions.read(options).toString(), not(containsString("hunter")));
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    assertThat(refusal("--catalog=jdbc"), containsString("needs the URL of its database"));
    assertThat(
        refusal("--catalog=jdbc", "--catalogUri=jdbc:x:?password=${env:NO_SUCH_VARIABLE}"),
        containsString("the environment of this process does not have"));
    assertThat(refusal("--catalog=glue"), containsString("Use hadoop, jdbc or rest"));
    assertThat(refusal("--catalogUri=http://host"), containsString("take no catalog URI"));
    assertThat(
        assertThrows(UsageException.class, () -> parse("--catalogUrl=x")).getMessage(),
        containsString("Did you mean --catalogUri?"));
  }

  private static String refusal(String... arguments) {
    return assertThrows(UsageException.class, () -> CatalogOptions.read(parse(arguments)))
        .getMessage();
  }
}
