import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils'

export interface Statement {
  /** As sent. Transactions show as `BEGIN`, `COMMIT`, `ROLLBACK`, `SAVEPOINT s`, and so on. */
  readonly sql: string
  readonly args: readonly unknown[]
  /** Numbers the transactions of the recorder; `undefined` outside of one. */
  readonly transaction: number | undefined
  /** How many rows it answered; absent until then, and where the driver gives a number only. */
  readonly rows?: number
}

interface Recorded extends Statement {
  rows?: number
}

/** A statement that a test holds back. */
export interface HeldStatement {
  /** Resolves when the statement is about to be sent. */
  readonly reached: Promise<Statement>
  /** Lets it go. */
  release(): void
}

interface Intervention {
  readonly pattern: RegExp
  remaining: number
  readonly act: (statement: Statement) => Promise<void> | void
}

/** Records the statements that clients send to a database, and interferes where a test says so. */
export class Statements {
  readonly #sent: Recorded[] = []
  #interventions: Intervention[] = []
  #transactions = 0

  /** The statements since the start or the last `clear`, those that were made to fail included. */
  get sent(): readonly Statement[] {
    return this.#sent
  }

  /** How many statements were sent, `BEGIN` and the like included. */
  count(pattern: RegExp = /(?:)/): number {
    return this.matching(pattern).length
  }

  matching(pattern: RegExp): Statement[] {
    return this.#sent.filter(({ sql }) => pattern.test(sql))
  }

  /** Forgets what was sent; `fail` and `hold` stay in force. */
  clear(): void {
    this.#sent.length = 0
  }

  /** Forgets everything. */
  reset(): void {
    this.clear()
    this.#interventions = []
  }

  /**
   * Makes the `nth` statement from now on that matches fail, once, before it reaches the database.
   * A `COMMIT` that is made to fail rolls back.
   *
   * The database knows nothing of it: on PostgreSQL too, the transaction remains usable.
   */
  fail(pattern: RegExp, { nth = 1, error = new Error('Injected failure') } = {}): void {
    this.#interventions.push({
      pattern,
      remaining: nth,
      act: () => {
        throw error
      },
    })
  }

  /** Holds back the `nth` statement from now on that matches, until it is released. */
  hold(pattern: RegExp, { nth = 1 } = {}): HeldStatement {
    let reach: (statement: Statement) => void = () => {}
    let release: () => void = () => {}
    const reached = new Promise<Statement>((resolve) => {
      reach = resolve
    })
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    this.#interventions.push({
      pattern,
      remaining: nth,
      act: (statement) => {
        reach(statement)
        return released
      },
    })
    return { reached, release }
  }

  /** An adapter that does what the given one does, under the eyes of this recorder. */
  watch(factory: SqlDriverAdapterFactory): SqlDriverAdapterFactory {
    return {
      provider: factory.provider,
      adapterName: factory.adapterName,
      connect: async () => this.#watchAdapter(await factory.connect()),
    }
  }

  async #send(
    sql: string,
    args: readonly unknown[],
    transaction: number | undefined,
  ): Promise<Recorded> {
    const statement: Recorded = { sql, args, transaction }
    this.#sent.push(statement)
    for (const intervention of [...this.#interventions]) {
      if (!intervention.pattern.test(sql) || --intervention.remaining > 0) continue
      this.#interventions = this.#interventions.filter((other) => other !== intervention)
      await intervention.act(statement)
    }
    return statement
  }

  #watchQueryable(queryable: SqlQueryable, transaction: number | undefined): SqlQueryable {
    return {
      provider: queryable.provider,
      adapterName: queryable.adapterName,
      queryRaw: async (query: SqlQuery) => {
        const statement = await this.#send(query.sql, query.args, transaction)
        const answer = await queryable.queryRaw(query)
        statement.rows = answer.rows.length
        return answer
      },
      executeRaw: async (query: SqlQuery) => {
        await this.#send(query.sql, query.args, transaction)
        return queryable.executeRaw(query)
      },
    }
  }

  #watchAdapter(adapter: SqlDriverAdapter): SqlDriverAdapter {
    return {
      ...this.#watchQueryable(adapter, undefined),
      executeScript: async (script) => {
        await this.#send(script, [], undefined)
        await adapter.executeScript(script)
      },
      startTransaction: async (isolationLevel) => {
        const transaction = ++this.#transactions
        await this.#send('BEGIN', [], transaction)
        return this.#watchTransaction(await adapter.startTransaction(isolationLevel), transaction)
      },
      ...(adapter.getConnectionInfo && {
        getConnectionInfo: () => adapter.getConnectionInfo?.() ?? { supportsRelationJoins: false },
      }),
      dispose: () => adapter.dispose(),
    }
  }

  #watchTransaction(inner: Transaction, transaction: number): Transaction {
    const { createSavepoint, rollbackToSavepoint, releaseSavepoint, options } = inner
    // With it, `commit` and `rollback` send the statement. Without it, Prisma sends the statement
    // through `executeRaw`, and `commit` and `rollback` only give the connection back.
    const controlsItself = options.usePhantomQuery
    const queryable = this.#watchQueryable(inner, transaction)
    const send = (sql: string) => this.#send(sql, [], transaction)
    const commit = async (rollback: () => Promise<unknown>, run: () => Promise<unknown>) => {
      try {
        await send('COMMIT')
      } catch (error) {
        await rollback()
        throw error
      }
      await run()
    }
    const savepoint = (sql: string, run: ((name: string) => Promise<void>) | undefined) =>
      run &&
      (async (name: string) => {
        await send(`${sql} ${name}`)
        await run.call(inner, name)
      })
    const savepoints = {
      createSavepoint: savepoint('SAVEPOINT', createSavepoint),
      rollbackToSavepoint: savepoint('ROLLBACK TO SAVEPOINT', rollbackToSavepoint),
      releaseSavepoint: savepoint('RELEASE SAVEPOINT', releaseSavepoint),
    }
    return {
      ...queryable,
      // Prisma asks whether these are there.
      ...(Object.fromEntries(Object.entries(savepoints).filter(([, run]) => run)) as Pick<
        Transaction,
        keyof typeof savepoints
      >),
      options,
      executeRaw: async (query) => {
        if (query.sql !== 'COMMIT') return queryable.executeRaw(query)
        await commit(
          () => inner.executeRaw({ ...query, sql: 'ROLLBACK' }),
          () => inner.executeRaw(query),
        )
        return 0
      },
      commit: () =>
        controlsItself
          ? commit(
              () => inner.rollback(),
              () => inner.commit(),
            )
          : inner.commit(),
      rollback: async () => {
        if (controlsItself) await send('ROLLBACK')
        await inner.rollback()
      },
    }
  }
}
