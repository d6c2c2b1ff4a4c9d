"""The peer of `intake`: FastAPI that reads a lead, inserts one row, commits, and answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from fastapi import FastAPI, Request

TABLE = """
CREATE TABLE lead (
    id uuid PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now(),
    raw bytea NOT NULL,
    fields jsonb NOT NULL
)
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(min_size=16, max_size=16) as pool:
        await pool.execute(TABLE)
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/v1/leads", status_code=201)
async def take(request: Request) -> dict[str, object]:
    """Keep a lead as it came, parsed to see that it is one."""
    raw = await request.body()
    lead = await request.json()
    number = uuid4()
    text = raw.decode()
    await app.state.pool.execute("INSERT INTO lead (id, raw, fields) VALUES ($1, $2, $3)", number, raw, text)
    return {"outcome": "success", "lead": {"id": str(number)}, "email": lead["email"]}
