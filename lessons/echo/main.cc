// The echo program's entry; the program itself is in echo.cc.
#include "lessons/echo/echo.h"

int main(int argc, char** argv) {
  rill::lesson::EchoFlags flags;
  return rill::lesson::run_program(rill::lesson::echo_program(flags), argc, argv);
}
