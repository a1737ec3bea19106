package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source whose files come in the order of their names is read from the last name on. */
class FileOrderTest {

  @TempDir Path folder;

  @Test
  void readsWhatComesBehindTheLastName() throws Exception {
    Shop shop = Shop.open(folder.resolve("shop"), "delta");
    Files.writeString(
        shop.pipeline(),
        Files.readString(shop.pipeline())
            .replace("{server: local}", "{server: local, order: name}"));
    Lake lake = new Lake(folder.resolve("lake"));
    assertThat(lake.cycle(shop.pipeline(), Runner.DIRECT).read(), is(3L));
    shop.data("0", row("late"));
    shop.data("2", row("next"));
    assertThat(lake.cycle(shop.pipeline(), Runner.DIRECT).read(), is(1L));
    assertThat(lake.run(shop.pipeline(), Runner.DIRECT).ledger(), is(nullValue()));
    assertThat(
        lake.rows("silver", "orders", List.of("id")),
        is(List.of("{\"id\":\"a\"}", "{\"id\":\"b\"}", "{\"id\":\"c\"}", "{\"id\":\"next\"}")));
  }

  private static String row(String id) {
    return """
        {"id":"%s","at":"2026-11-01T08:00:00Z","version":1,"price":1.50,"quantity":2}
        """
        .formatted(id);
  }
}
