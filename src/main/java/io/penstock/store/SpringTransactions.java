package io.penstock.store;

import io.penstock.loop.Rounds;
import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** Spring's reactive transactions: what runs on the same subscription uses the same connection. */
final class SpringTransactions implements Transactions {

    private final TransactionalOperator operator;
    private final Rounds rounds;

    SpringTransactions(ReactiveTransactionManager manager, Rounds rounds) {
        this.operator = TransactionalOperator.create(manager);
        this.rounds = rounds;
    }

    /**
     * A statement that starts just when its transaction is cancelled can reach the database behind the rollback and stay (seen once in some
     * thousand cancels on PostgreSQL), so no cancel gets through: a transaction is cut off from its caller.
     */
    @Override
    public <T> Mono<T> run(Mono<T> work) {
        Mono<T> transaction = operator.transactional(work);
        return TransactionSynchronizationManager.forCurrentTransaction()
                .map(surrounding -> transaction)
                .onErrorResume(
                        NoTransactionException.class,
                        none -> Mono.fromSupplier(() -> rounds.detach("store.transaction", transaction)))
                .flatMap(running -> running);
    }

    @Override
    public Mono<Void> afterCommit(Runnable action) {
        return TransactionSynchronizationManager.forCurrentTransaction()
                .doOnNext(transaction -> {
                    if (transaction.isSynchronizationActive()) {
                        transaction.registerSynchronization(after(action));
                    } else {
                        action.run();
                    }
                })
                .then()
                .onErrorResume(NoTransactionException.class, none -> Mono.fromRunnable(action));
    }

    private static TransactionSynchronization after(Runnable action) {
        return new TransactionSynchronization() {
            @Override
            public Mono<Void> afterCommit() {
                return Mono.fromRunnable(action);
            }
        };
    }
}
