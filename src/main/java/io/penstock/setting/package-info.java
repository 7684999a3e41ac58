/** How operators know the settings, and the start that does not come about because of one. */
@NullMarked
package io.penstock.setting;

import org.jspecify.annotations.NullMarked;
