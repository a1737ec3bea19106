package org.beammedallion.pipelines.wiring;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.pipelines.engine.Engine.Groups;
import org.beammedallion.quality.gate.PublishGate;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.UserClassSpec;
import org.beammedallion.transforms.custom.ApplyToRows;
import org.beammedallion.transforms.custom.RowTransform;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/** Finds the classes that a pipeline file names on the classpath. */
public final class UserClasses {

  private UserClasses() {}

  /**
   * Checks that there are such classes, and that they can be made.
   *
   * @throws IllegalArgumentException that says which one cannot, and how to correct it
   */
  public static void check(PipelineDefinition definition) {
    UserClassSpec transform = definition.own().transform();
    if (transform != null) {
      load("transform", transform, RowTransform.class);
    }
    gate(definition);
  }

  /** The rows as the user's own transform leaves them, if there is one. */
  public static PCollection<RowBatch> transform(
      PipelineDefinition definition, PCollection<RowBatch> rows) {
    UserClassSpec spec = definition.own().transform();
    return spec == null
        ? rows
        : rows.apply(
            "User transform",
            ApplyToRows.of(
                definition.schema(), load("transform", spec, RowTransform.class), spec.options()));
  }

  /** Our own steps read a group once; a user's may read it as often as Beam allows. */
  public static Groups groups(PipelineDefinition definition) {
    return definition.own().transform() == null ? Groups.STREAMED : Groups.HELD;
  }

  public static @Nullable PublishGate gate(PipelineDefinition definition) {
    UserClassSpec spec = definition.own().gate();
    return spec == null ? null : load("gate", spec, PublishGate.class);
  }

  private static <T> T load(String what, UserClassSpec spec, Class<T> type) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try {
      Class<?> found =
          Class.forName(
              spec.className(),
              true,
              context != null ? context : UserClasses.class.getClassLoader());
      Constructor<? extends T> constructor = found.asSubclass(type).getConstructor();
      return constructor.newInstance();
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "The pipeline file names the "
              + what
              + " '"
              + spec.className()
              + "', and no such class is on the classpath. Put its jar there:"
              + " java -cp medallion.jar:yours.jar org.beammedallion.pipelines.Main run …",
          e);
    } catch (ClassCastException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException e) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " '"
              + spec.className()
              + "' must be a public class that implements "
              + type.getName()
              + " and has a public constructor without parameters.",
          e);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "The " + what + " '" + spec.className() + "' could not be made: " + e.getCause(), e);
    }
  }
}
