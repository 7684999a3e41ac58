/** Streams of events that a client resumes on any replica, also after the one that began them is gone. */
@NullMarked
package io.penstock.relay.resume;

import org.jspecify.annotations.NullMarked;
