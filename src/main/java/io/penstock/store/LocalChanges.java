package io.penstock.store;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Announcements within this process: nobody else has the embedded database open. */
final class LocalChanges implements Changes {

    private final Noticeboard board;
    private final Transactions transactions;

    LocalChanges(Noticeboard board, Transactions transactions) {
        this.board = board;
        this.transactions = transactions;
    }

    @Override
    public Mono<Void> announce(Topic topic) {
        return transactions.afterCommit(() -> board.post(topic));
    }

    @Override
    public Flux<Topic> announced() {
        return board.posted();
    }
}
