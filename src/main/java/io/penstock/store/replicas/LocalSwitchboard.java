package io.penstock.store.replicas;

import io.penstock.store.Switchboard;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The switchboard of the embedded database: nobody else has it open, so frames to others reach nobody. */
final class LocalSwitchboard implements Switchboard {

    private final String self;
    private final Inbox inbox = new Inbox();

    LocalSwitchboard(String self) {
        this.self = self;
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public Mono<Void> send(String replica, byte[] frame) {
        if (replica.equals(self)) {
            inbox.put(frame);
        }
        return Mono.empty();
    }

    @Override
    public Mono<Void> broadcast(byte[] frame) {
        inbox.put(frame);
        return Mono.empty();
    }

    @Override
    public Flux<byte[]> received() {
        return inbox.frames();
    }

    @Override
    public long losses() {
        return inbox.losses();
    }
}
