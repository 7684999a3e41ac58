package io.penstock.store.replicas;

import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Announcements within this process: nobody else has the embedded database open. */
final class LocalChanges implements Changes {

    private final Noticeboard board;
    private final Noticeboard inUse = new Noticeboard();
    private final Transactions transactions;

    LocalChanges(Noticeboard board, Transactions transactions) {
        this.board = board;
        this.transactions = transactions;
    }

    @Override
    public Mono<Void> announce(Notice notice) {
        return transactions.afterCommit(() -> board.post(notice));
    }

    @Override
    public Flux<Notice> notices() {
        return board.posted();
    }

    @Override
    public void swapped(Topic topic) {
        inUse.post(Notice.any(topic));
    }

    @Override
    public Flux<Topic> swaps() {
        return inUse.posted().map(Notice::topic);
    }
}
