"""`python -m app.messages` writes `web/src/messages.ts` anew, after a record of a message has changed."""

from app.messages import typescript

if __name__ == "__main__":
    typescript.DECLARATIONS.write_text(typescript.format_declarations(), encoding="utf-8")
    print(f"{typescript.DECLARATIONS} was written.")
