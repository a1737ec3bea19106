package org.beammedallion.pipelines.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.api.common.time.Time;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.api.java.ExecutionEnvironment;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.dispatcher.MemoryExecutionGraphInfoStore;
import org.apache.flink.runtime.entrypoint.component.DispatcherResourceManagerComponentFactory;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.highavailability.JobResultStore;
import org.apache.flink.runtime.highavailability.nonha.embedded.EmbeddedHaServices;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient.JobFinalizationBehavior;
import org.jspecify.annotations.Nullable;

/**
 * The one Flink cluster inside this process, for every pipeline that runs in it. Left to itself,
 * Beam starts a cluster a pipeline, and each loads Flink's messaging again, which costs seconds.
 */
// Beam translates bounded pipelines to the DataSet API, which Flink has deprecated.
@SuppressWarnings("deprecation")
final class EmbeddedFlink {

  /** Of the heap's size, for Flink's own sorting; it lies outside the heap. */
  private static final double MANAGED_MEMORY = 0.4;

  private static final int STOP_SECONDS = 10;

  /** Jobs that have ended, of which Flink can still be asked. */
  static final int JOBS_KEPT = 50;

  /** Jobs are forgotten by their number, and not by their age. */
  private static final Time NEVER = Time.milliseconds(0);

  static final RecentResults RESULTS = new RecentResults(JOBS_KEPT);

  private static final String LOOPBACK = "127.0.0.1";

  private static @Nullable MiniCluster cluster;

  /** Of one task manager. */
  private static int slots;

  private static int taskManagers;

  /** Sum of the parallelism of all pipelines at work. */
  private static int wanted;

  private EmbeddedFlink() {}

  /**
   * Runs what submits a pipeline to Flink, on this process's cluster. Threads may do so side by
   * side: the cluster grows, so that no pipeline waits for slots of another.
   *
   * @param parallelism of the pipeline
   */
  static <T> T run(int parallelism, Supplier<T> submission) {
    Environment.enter(take(parallelism), parallelism);
    try {
      return submission.get();
    } finally {
      Environment.leave();
      give(parallelism);
    }
  }

  private static synchronized MiniCluster take(int parallelism) {
    try {
      MiniCluster running = cluster;
      if (running == null || !running.isRunning()) {
        running = start(Math.max(parallelism, Runtime.getRuntime().availableProcessors()));
      }
      wanted += parallelism;
      while (slots * taskManagers < wanted) {
        running.startTaskManager();
        taskManagers++;
      }
      return running;
    } catch (Exception e) {
      throw new IllegalStateException(
          "Flink does not start inside this process: "
              + e
              + ". Give --verbose to see its log, or use another runner.",
          e);
    }
  }

  /** How many jobs Flink knows of: those at work, and the last ones that have ended. */
  static synchronized int knownJobs() {
    return cluster == null ? 0 : cluster.listJobs().join().size();
  }

  private static synchronized void give(int parallelism) {
    wanted -= parallelism;
  }

  private static MiniCluster start(int slotsOfOne) throws Exception {
    if (cluster == null) {
      Runtime.getRuntime().addShutdownHook(new Thread(EmbeddedFlink::stop, "stop local Flink"));
    }
    slots = slotsOfOne;
    taskManagers = 1;
    MiniCluster started = new GrowingCluster(configuration(slots));
    started.start();
    cluster = started;
    return started;
  }

  private static MiniClusterConfiguration configuration(int slots) {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(RestOptions.BIND_ADDRESS, LOOPBACK);
    configuration.set(RestOptions.ADDRESS, LOOPBACK);
    // Otherwise what runs user code listens to the whole network.
    configuration.set(JobManagerOptions.BIND_HOST, LOOPBACK);
    configuration.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
    configuration.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
    configuration.set(
        TaskManagerOptions.MANAGED_MEMORY_SIZE,
        new MemorySize((long) (Runtime.getRuntime().maxMemory() * MANAGED_MEMORY)));
    return new MiniClusterConfiguration.Builder()
        .setConfiguration(configuration)
        .setNumTaskManagers(1)
        .setNumSlotsPerTaskManager(slots)
        .build();
  }

  private static void stop() {
    MiniCluster running = cluster;
    if (running != null) {
      // The process ends in any case; tasks that do not listen must not hold it.
      running.closeAsync().completeOnTimeout(null, STOP_SECONDS, TimeUnit.SECONDS).join();
    }
  }

  /**
   * A cluster of one task manager to which others are added. Flink lets such a one do without
   * connections, and then fails a job whose slots are in two of them.
   */
  @SuppressWarnings("try") // Closing it may be interrupted, which is Flink's to say.
  private static final class GrowingCluster extends MiniCluster {

    GrowingCluster(MiniClusterConfiguration configuration) {
      super(configuration);
    }

    @Override
    protected boolean useLocalCommunication() {
      return false;
    }

    @Override
    protected HighAvailabilityServices createHighAvailabilityServices(
        Configuration configuration, Executor executor) {
      return new EmbeddedHaServices(executor) {
        @Override
        public JobResultStore getJobResultStore() {
          return RESULTS;
        }
      };
    }

    /** Flink's own keeps every job that has ended until the process ends. */
    @Override
    protected DispatcherResourceManagerComponentFactory
        createDispatcherResourceManagerComponentFactory() {
      DispatcherResourceManagerComponentFactory factory =
          super.createDispatcherResourceManagerComponentFactory();
      return (settings,
          id,
          io,
          rpc,
          ha,
          blobs,
          heart,
          tokens,
          metrics,
          all,
          queries,
          named,
          died) ->
          factory.create(
              settings,
              id,
              io,
              rpc,
              ha,
              blobs,
              heart,
              tokens,
              metrics,
              new MemoryExecutionGraphInfoStore(NEVER, JOBS_KEPT, null, null),
              queries,
              named,
              died);
    }
  }

  /** What Beam gets when it asks Flink where it is. */
  private static final class Environment extends ExecutionEnvironment {

    private Environment(MiniCluster cluster, Configuration configuration) {
      super(new Executors(cluster), configuration, EmbeddedFlink.class.getClassLoader());
    }

    static void enter(MiniCluster cluster, int parallelism) {
      initializeContextEnvironment(
          () -> {
            Configuration configuration = new Configuration();
            configuration.set(DeploymentOptions.TARGET, Executors.NAME);
            configuration.set(DeploymentOptions.ATTACHED, true);
            Environment environment = new Environment(cluster, configuration);
            environment.setParallelism(parallelism);
            return environment;
          });
    }

    static void leave() {
      resetContextEnvironment();
    }
  }

  /** Submits to the one cluster. */
  private record Executors(MiniCluster cluster)
      implements PipelineExecutorServiceLoader, PipelineExecutorFactory, PipelineExecutor {

    private static final String NAME = "medallion";

    @Override
    public PipelineExecutorFactory getExecutorFactory(Configuration configuration) {
      return this;
    }

    @Override
    public Stream<String> getExecutorNames() {
      return Stream.of(NAME);
    }

    @Override
    public String getName() {
      return NAME;
    }

    @Override
    public boolean isCompatibleWith(Configuration configuration) {
      return true;
    }

    @Override
    public PipelineExecutor getExecutor(Configuration configuration) {
      return this;
    }

    @Override
    public CompletableFuture<JobClient> execute(
        Pipeline pipeline, Configuration configuration, ClassLoader classLoader) throws Exception {
      JobGraph job = PipelineExecutorUtils.getJobGraph(pipeline, configuration, classLoader);
      return cluster
          .submitJob(job)
          .thenApply(
              submitted ->
                  new MiniClusterJobClient(
                      submitted.getJobID(), cluster, classLoader, JobFinalizationBehavior.NOTHING));
    }
  }
}
