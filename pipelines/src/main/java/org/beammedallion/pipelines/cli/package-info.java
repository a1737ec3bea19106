/** The command line: commands, their options, what a person sees and what a machine reads. */
@NullMarked
package org.beammedallion.pipelines.cli;

import org.jspecify.annotations.NullMarked;
