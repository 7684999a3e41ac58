package io.penstock.ingress;

import io.netty.channel.EventLoop;

/** Tells of the pressure on each event loop, and on all of them, and has requests wait for their turn. */
public interface Pressures {

    /** The loop's, for calls that come in on it. To be asked on the loop. */
    Pressure of(EventLoop loop);

    /** Whose turn it is on the loop. */
    Turns turns(EventLoop loop);

    /** That of all loops together, for calls of which nobody knows the loop. */
    Pressure everywhere();
}
