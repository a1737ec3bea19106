package org.beammedallion.pipelines.cycle;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.quality.pipeline.TransformSpec;
import org.beammedallion.transforms.custom.ApplyToRows;
import org.beammedallion.transforms.custom.RowTransform;
import org.beammedallion.transforms.row.RowBatch;

/** Finds the user's own transform on the classpath. */
final class UserTransforms {

  private UserTransforms() {}

  static PCollection<RowBatch> apply(PipelineDefinition definition, PCollection<RowBatch> rows) {
    TransformSpec spec = definition.transform();
    return spec == null
        ? rows
        : rows.apply(
            "User transform", ApplyToRows.of(definition.schema(), load(spec), spec.options()));
  }

  /**
   * Makes an instance of the class that a pipeline file names.
   *
   * @throws IllegalArgumentException where there is no such class, or it is no {@link RowTransform}
   */
  static RowTransform load(TransformSpec spec) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try {
      Class<?> type =
          Class.forName(
              spec.className(),
              true,
              context != null ? context : UserTransforms.class.getClassLoader());
      Constructor<? extends RowTransform> constructor =
          type.asSubclass(RowTransform.class).getConstructor();
      return constructor.newInstance();
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          "The pipeline file names the transform '"
              + spec.className()
              + "', and no such class is on the classpath. Put its jar there:"
              + " java -cp medallion.jar:yours.jar org.beammedallion.pipelines.Main run …",
          e);
    } catch (ClassCastException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException e) {
      throw new IllegalArgumentException(
          "The transform '"
              + spec.className()
              + "' must be a public class that implements "
              + RowTransform.class.getName()
              + " and has a public constructor without parameters.",
          e);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "The transform '" + spec.className() + "' could not be made: " + e.getCause(), e);
    }
  }

  /** Our own steps read a group once; a user's may read it as often as Beam allows. */
  static boolean groupsReadOnce(PipelineDefinition definition) {
    return definition.transform() == null;
  }
}
