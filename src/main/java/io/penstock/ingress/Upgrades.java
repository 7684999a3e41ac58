package io.penstock.ingress;

import reactor.netty.Connection;

/** Connections that leave HTTP. */
public final class Upgrades {

    private Upgrades() {}

    /** Takes what watches over requests off a connection that carries none any more: it would wait for the next one's head. */
    public static void done(Connection connection) {
        connection.removeHandler(Listening.TURNS).removeHandler(Listening.HEAD).removeHandler(Listening.ADMISSION);
    }
}
