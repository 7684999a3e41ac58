/** What happened: who did what to which resource, with which outcome. */
@NullMarked
package io.penstock.audit;

import org.jspecify.annotations.NullMarked;
