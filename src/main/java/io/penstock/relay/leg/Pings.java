package io.penstock.relay.leg;

import io.penstock.wire.Message;

/** An upstream that asks whether anybody is there hears it from the leg itself. */
final class Pings {

    static final Message.Response PONG = new Message.Result("0", "{}");

    private Pings() {}

    static boolean isPing(Message message) {
        return message instanceof Message.Asked asked && asked.method().equals("ping");
    }
}
