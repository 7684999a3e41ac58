/** What is under way by a permit, and ends when the right to it does. */
@NullMarked
package io.penstock.access.tenure;

import org.jspecify.annotations.NullMarked;
