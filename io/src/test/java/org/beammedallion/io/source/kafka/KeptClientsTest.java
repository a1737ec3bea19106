package org.beammedallion.io.source.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class KeptClientsTest {

  private static final KafkaCluster CLUSTER = KafkaCluster.of("a:9092");

  private final List<Object> closed = new ArrayList<>();
  private final KeptClients<Object> clients =
      new KeptClients<>(cluster -> new Object(), closed::add);

  private Object used(boolean isIntact) throws Exception {
    try (KeptClients.Lent<Object> lent = clients.lend(CLUSTER)) {
      if (isIntact) {
        lent.keep();
      }
      return lent.client();
    }
  }

  @Test
  void oneThatIsIntactIsUsedAgainByOthersOfTheSameClusterAlone() throws Exception {
    Object first = used(true);
    assertThat(used(true), is(sameInstance(first)));
    KafkaCluster other = new KafkaCluster("a:9092", true, Map.of("client.id", "x"));
    try (KeptClients.Lent<Object> lent = clients.lend(other)) {
      assertThat(lent.client(), is(not(sameInstance(first))));
    }
  }

  @Test
  void twoUsersHaveTwo() throws Exception {
    try (KeptClients.Lent<Object> one = clients.lend(CLUSTER);
        KeptClients.Lent<Object> two = clients.lend(CLUSTER)) {
      assertThat(one.client(), is(not(sameInstance(two.client()))));
    }
  }

  @Test
  void whereOneFailsTheOthersAreClosedAsWell() throws Exception {
    List<Object> kept = new ArrayList<>();
    try (KeptClients.Lent<Object> one = clients.lend(CLUSTER);
        KeptClients.Lent<Object> two = clients.lend(CLUSTER)) {
      one.keep();
      two.keep();
      kept.addAll(List.of(one.client(), two.client()));
    }
    assertThat(closed, is(empty()));
    used(false);
    assertThat(closed, containsInAnyOrder(kept.toArray()));
    assertThat(kept, not(hasItem(used(true))));
  }

  @Test
  void oneThatCannotBeClosedKeepsNoOtherOpen() throws Exception {
    List<Object> asked = new ArrayList<>();
    KeptClients<Object> failing =
        new KeptClients<>(
            cluster -> new Object(),
            client -> {
              asked.add(client);
              throw new KafkaException("no");
            });
    try (KeptClients.Lent<Object> one = failing.lend(CLUSTER);
        KeptClients.Lent<Object> two = failing.lend(CLUSTER)) {
      one.keep();
      two.keep();
    }
    failing.closeIdle();
    assertThat(asked.size(), is(2));
  }
}
