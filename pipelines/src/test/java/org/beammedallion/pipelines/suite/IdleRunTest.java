package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.beammedallion.pipelines.cycle.CycleListener;
import org.beammedallion.pipelines.driver.CycleDriver;
import org.beammedallion.pipelines.driver.Outcome;
import org.beammedallion.pipelines.suite.WatchedStorage.Kind;
import org.beammedallion.pipelines.suite.WatchedStorage.Request;
import org.beammedallion.pipelines.wiring.LakeLayout;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of one driver, as at an interval, in which nothing is new. */
class IdleRunTest {

  private static final String MORE =
      """
      {"id":"m","at":"2026-11-03T08:00:00Z","version":1,"price":1.50,"quantity":2}
      """;

  /** The newest plan is looked for, and the index of names is read. */
  private static final int MOST_REQUESTS = 20;

  @TempDir Path folder;

  private final SetClock clock = new SetClock(Lake.NOW);
  private Shop shop;
  private CycleDriver driver;

  @BeforeEach
  void prepare() throws Exception {
    shop = Shop.open(folder.resolve("shop"), "delta");
    driver = driver();
    assertThat(driver.run().ledger(), is(notNullValue()));
  }

  private CycleDriver driver() throws Exception {
    return new CycleDriver(
        PipelineDefinition.load(shop.pipeline(), null),
        LakeLayout.of("counted:" + folder.resolve("lake")),
        Runner.DIRECT.options(),
        clock,
        CycleListener.NONE);
  }

  private void becomeIdle() throws Exception {
    assertThat(driver.run().ledger(), is(nullValue()));
    CountedStorage.requests();
  }

  @Test
  void theSecondIdleRunLeavesTablesAlone() throws Exception {
    becomeIdle();

    Outcome outcome = driver.run();

    List<Request> requests = CountedStorage.requests();
    assertThat(outcome.ledger(), is(nullValue()));
    assertThat(
        requests.stream()
            .filter(request -> request.uri().matches(".*/(silver|gold|bronze|quarantine)/.*"))
            .toList(),
        is(empty()));
    assertThat(
        requests.stream()
            .filter(request -> request.kind() == Kind.WRITE || request.kind() == Kind.DELETE)
            .toList(),
        is(empty()));
    assertThat(requests.toString(), requests.size(), is(lessThanOrEqualTo(MOST_REQUESTS)));
  }

  @Test
  void afterAMinuteTablesAreLookedAtAgain() throws Exception {
    becomeIdle();
    clock.set(clock.instant().plusSeconds(61));

    driver.run();

    assertThat(
        CountedStorage.requests().stream()
            .filter(request -> request.uri().contains("/silver/"))
            .toList(),
        is(not(empty())));
  }

  @Test
  void whatIsNewIsSeen() throws Exception {
    becomeIdle();
    driver.run();
    shop.data("more", MORE);

    assertThat(driver.run().ledger(), is(notNullValue()));
    assertThat(driver.run().ledger(), is(nullValue()));
    assertThat(driver.run().ledger(), is(nullValue()));
  }

  @Test
  void whatAnotherDriverHasReadIsNotReadAgain() throws Exception {
    becomeIdle();
    shop.data("more", MORE);
    assertThat(driver().run().ledger(), is(notNullValue()));

    assertThat(driver.run().ledger(), is(nullValue()));
    assertThat(driver.run().ledger(), is(nullValue()));
  }

  @Test
  void aFileThatWasRefusedIsToldOfEachTime() throws Exception {
    Files.writeString(folder.resolve("shop/data/bad.jsonl"), "{\"other\":1}\n");
    Outcome refused = driver.run();
    assertThat(refused.refused().size(), is(1));

    assertThat(driver.run().refused(), is(refused.refused()));
    assertThat(driver.run().refused(), is(refused.refused()));
  }

  @Test
  void aCycleThatAnotherDriverLeftOpenIsCompleted() throws Exception {
    becomeIdle();
    shop.data("more", MORE);
    CycleDriver killed =
        new CycleDriver(
            PipelineDefinition.load(shop.pipeline(), null),
            LakeLayout.of("counted:" + folder.resolve("lake")),
            Runner.DIRECT.options(),
            Clock.fixed(Lake.NOW, ZoneOffset.UTC),
            (plan, step, detail) -> {
              if (step == CycleListener.Step.STAGED) {
                throw new Killed();
              }
            });
    try {
      killed.run();
    } catch (Killed e) {
      // As a driver that died there.
    }

    Outcome outcome = driver.run();

    assertThat(outcome.resumed(), is(true));
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }
}
